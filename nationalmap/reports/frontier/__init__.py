"""Coverage against money: tables, sentences, chart and page of a frontier."""
