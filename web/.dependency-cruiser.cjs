const { readdirSync } = require("node:fs");
const { join } = require("node:path");

/** Features import only from levels below their own: the page of an experiment has the table of runs, not the reverse. */
const levelsOfFeatures = [
  ["experiments", "search", "settings"],
  ["compare", "models", "runs"],
  ["traces", "versions", "webhooks"],
  ["activity", "builder", "datasets", "diff", "engines", "lineage", "projects", "prompts"],
];

const features = levelsOfFeatures.flat();
const folders = readdirSync(join(__dirname, "src/features"));
const unlisted = [
  ...folders.filter((name) => !features.includes(name)),
  ...features.filter((name) => !folders.includes(name)),
];
if (unlisted.length > 0) throw new Error(`Give each folder of src/features a level, once: ${unlisted.join(", ")}.`);

const levelRules = levelsOfFeatures.flatMap((level, index) =>
  level.map((name) => ({
    name: `${name}-imports-from-lower-features`,
    severity: "error",
    from: { path: `^src/features/${name}/` },
    to: {
      path: "^src/features/",
      pathNot: `^src/features/(${[name, ...levelsOfFeatures.slice(index + 1).flat()].join("|")})/`,
    },
  })),
);

/** Imports go one way: lib <- api <- ui <- features <- shell <- routes <- main. */
const above = {
  lib: "^src/(api|ui|features|shell|routes)/",
  api: "^src/(ui|features|shell|routes)/",
  ui: "^src/(features|shell|routes)/",
  features: "^src/(shell|routes)/",
  shell: "^src/routes/",
};

module.exports = {
  forbidden: [
    { name: "no-circular", severity: "error", from: { pathNot: "^src/api/generated/" }, to: { circular: true } },
    { name: "no-orphans", severity: "error", from: { orphan: true, pathNot: "\\.(d\\.ts|css)$" }, to: {} },
    ...Object.entries(above).map(([level, path]) => ({
      name: `${level}-imports-downwards`,
      severity: "error",
      from: { path: `^src/${level}/` },
      to: { path },
    })),
    ...levelRules,
    {
      name: "generated-only-through-api",
      severity: "error",
      from: { path: "^src/(ui|features|shell|routes)/" },
      to: { path: "^src/api/generated/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "types", "default"] },
  },
};
