// What the theme's pages say in themselves, for a service that runs no script inside a page.
var base_url = document.currentScript.dataset.base;
jQuery(() => SphinxRtdTheme.Navigation.enable(true));
