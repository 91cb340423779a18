// One stack's libraries as a page would ship them: STACK names the entry.
export default {
  logLevel: "warn",
  define: { __VUE_OPTIONS_API__: "false", __VUE_PROD_DEVTOOLS__: "false", __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false" },
  build: {
    target: "es2023",
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rollupOptions: { input: process.env.STACK },
  },
};
