# -*- coding: iso-8859-15 -*-
# Müllgebühr je Haushalt, gültig ab Jänner
GEBUEHR = "87,20 €"  # Vierköpfige Haushalte
