"""Lists in Markdown (split by a paragraph, numbers with ')', code and a table inside an item, four levels), AsciiDoc ('.', '..', '+' continuation), org (checkboxes, '1.' inside '-'), reStructuredText ('#.', '(a)').
reported: https://github.com/docling-project/docling/issues/4134 (list that doesn't start at 1 renumbered), https://github.com/HHS/simpler-grants-pdf-builder/pull/289 (depth lost), https://github.com/asciidoctor/asciidoctor/issues/3514"""
from pathlib import Path
D = Path(__file__).parent / 'docs'; D.mkdir(exist_ok=True)
(D / 'import.md').write_text('''# Importing the register

1. Install the package.
2. Set the key of the registry.

Restart the shell before continuing.

3. Run the import:

   ```sh
   regtool load parishes.csv --year 1871
   ```

   It takes nine minutes.
4) Check the output

* Baptisms
    * Upper parish
        * Book 3
            * pages 40 to 58 are water-stained
    * Lower parish
* Burials

| Step | Owner |
|---|---|
| 3 | Agnete |
''', encoding='utf-8')
(D / 'kiln.adoc').write_text('''= Firing the kiln

. Stack the shelves.
.. heavy pots below
.. cones at eye height
. Light burner one.
+
Keep the damper two bricks open.
. Raise to cone 6 in seven hours.

* Glazes
** Celadon
*** needs reduction
** Tenmoku
''', encoding='utf-8')
(D / 'trip.org').write_text('''* Packing
- [X] tent
- [ ] stove
  1. fuel tablets, two packs
  2. matches in the tin
- first aid
  + plasters :: the wide ones
''', encoding='utf-8')
(D / 'bylaws.rst').write_text('''Bylaws
======

#. Meetings

   (a) are held in March
   (b) need nine members

#. Money

   - is kept at Sparbank
   - two signatures are needed above 500 crowns
''', encoding='utf-8')
