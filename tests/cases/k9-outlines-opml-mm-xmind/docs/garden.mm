<map version="1.0.1">
<node TEXT="School garden"><node POSITION="right" FOLDED="true" TEXT="Beds"><node TEXT="Bed 1: beans&#xa;sown on 8 May"/><node><richcontent TYPE="NODE"><html><head></head><body><p>Bed 2: <b>leek</b></p><p>hoed by class 4b</p></body></html></richcontent><richcontent TYPE="NOTE"><html><head></head><body><p>The leek moth came in June.</p></body></html></richcontent></node></node>
<node POSITION="left" TEXT="Tools"><icon BUILTIN="flag"/><attribute NAME="Shed" VALUE="number 3"/><node TEXT="Spade" LINK="#ID_9"/><arrowlink DESTINATION="ID_9" MIDDLE_LABEL="borrowed by the museum"/></node></node>
</map>
