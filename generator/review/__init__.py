"""The review page: the finished set in the browser, every printed figure a link to its source."""
