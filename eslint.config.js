import js from "@eslint/js";
import tseslint from "typescript-eslint";

// Imports go one way: main, cli -> compose -> http -> flows -> rules -> domain, with tencent and store hanging off the
// ports. Each entry says what a folder may not reach for.
const closed = {
  domain: ["rules", "ports", "flows", "tencent", "store", "http", "simulator", "cli"],
  rules: ["ports", "flows", "tencent", "store", "http", "simulator", "cli"],
  ports: ["rules", "flows", "tencent", "store", "http", "simulator", "cli"],
  flows: ["tencent", "store", "http", "simulator", "cli"],
  tencent: ["rules", "flows", "store", "http", "simulator", "cli"],
  store: ["rules", "flows", "tencent", "http", "simulator", "cli"],
  http: ["store", "simulator", "cli"],
  simulator: ["domain", "rules", "ports", "flows", "tencent", "store", "http", "cli"],
};

export default tseslint.config(
  { ignores: ["dist/**", "node_modules/**", "coverage/**", "src/simulator/page/**"] },
  js.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [...tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      // Control characters are what people hide words with.
      "no-control-regex": "off",
      // Our objects are made by functions and use no `this`; taking a method off one is how they are meant to be used.
      "@typescript-eslint/unbound-method": "off",
    },
  },
  ...Object.entries(closed).map(([folder, others]) => ({
    files: [`src/${folder}/**/*.ts`],
    rules: {
      "no-restricted-imports": [
        "error",
        { patterns: [{ group: [...others.map((other) => `**/${other}/*`), "../compose.ts", "../main.ts"] }] },
      ],
    },
  })),
  {
    files: ["**/*.js"],
    languageOptions: { globals: { process: "readonly", URL: "readonly", console: "readonly" } },
  },
);
