"""The layers of map.html: each module turns one table into what the page's script draws."""
