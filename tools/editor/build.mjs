// Bundle and minify: `node build.mjs TARGET_FOLDER`, in a folder where `npm ci` has run.
import { readFile } from "node:fs/promises";
import { build } from "esbuild";

const target = process.argv[2];

// The package carries prefix.cc's table of prefixes, which visitors of that site write (advertisements among them);
// the editor is given the prefixes of our ontology instead.
const withoutForeignPrefixes = {
  name: "without-foreign-prefixes",
  setup(bundling) {
    bundling.onLoad({ filter: /yasgui\.esm\.js$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      const table = /(?:[\w$]+ = "[^"]*",\s)+prefixes_default = \{[^{}]*\}/g;
      if ((text.match(table) ?? []).length !== 1) throw new Error(`${path}: the table of prefixes is not where it was`);
      return { contents: text.replace(table, "prefixes_default = {}"), loader: "js" };
    });
  },
};

const common = { bundle: true, minify: true, target: "es2021", legalComments: "none", logLevel: "warning" };
await build({ ...common, entryPoints: ["entry.js"], format: "esm", outfile: `${target}/yasgui.min.js`, plugins: [withoutForeignPrefixes] });
await build({ ...common, entryPoints: ["node_modules/@zazuko/yasgui/build/yasgui.min.css"], outfile: `${target}/yasgui.min.css` });
