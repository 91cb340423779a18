import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

/** Writes `.gz` and `.br` beside each text file, so that nginx compresses nothing, and the entry's name for its probe. */
function forNginx(): Plugin {
  let folder = "";
  return {
    name: "for-nginx",
    apply: "build",
    configResolved: (config) => {
      folder = resolve(config.root, config.build.outDir);
    },
    writeBundle: (_, bundle) => {
      const entry = Object.values(bundle).find((it) => it.type === "chunk" && it.isEntry);
      if (!entry) throw new Error("The build has no entry script.");
      // nginx is ready only while the script that the page names is there: see nginx.conf.
      writeFileSync(join(dirname(folder), "entry.conf"), `set $entry /${entry.fileName};\n`);
    },
    closeBundle: () => {
      for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile() || !/\.(js|css|html|svg)$/.test(entry.name)) continue;
        const path = join(entry.parentPath, entry.name);
        const plain = readFileSync(path);
        writeFileSync(`${path}.gz`, gzipSync(plain, { level: 9 }));
        const quality = { [constants.BROTLI_PARAM_QUALITY]: 11 };
        writeFileSync(`${path}.br`, brotliCompressSync(plain, { params: quality }));
      }
    },
  };
}

export default defineConfig({
  plugins: [forNginx()],
  server: { proxy: { "/api": process.env["TOBAN_API"] ?? "http://127.0.0.1:8080" } },
  build: {
    outDir: "dist/page",
    emptyOutDir: true,
    target: "es2023",
    modulePreload: { polyfill: false },
    // A file inlined as data: would need an exception in the content security policy.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
});
