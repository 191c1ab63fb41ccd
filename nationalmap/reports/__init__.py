"""A plan as people read it: sentences, tables, workbook, page. The only room that knows folium and xlsxwriter."""
