// Runs before the first paint, so that a chosen theme and language never flash.
(() => {
  const root = document.documentElement;
  try {
    const theme = localStorage.getItem("toban.theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    const chosen = localStorage.getItem("toban.language") ?? navigator.language;
    root.lang = chosen.toLowerCase().startsWith("ja") ? "ja" : "en";
  } catch {
    // A browser that keeps nothing shows the system's theme.
  }
})();
