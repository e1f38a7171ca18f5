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
