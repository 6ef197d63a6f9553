// All rules of eslint-plugin-security, and the core's own about running text as a program.
import security from "eslint-plugin-security";

const rules = Object.fromEntries(Object.keys(security.rules).map((name) => [`security/${name}`, "warn"]));

export default [
  { ignores: ["**/*.min.js", "**/dist/**", "**/*.bundle.js", "**/node_modules/**"] },
  {
    files: ["**/*.js", "**/*.cjs"],
    languageOptions: { sourceType: "commonjs", ecmaVersion: "latest" },
    linterOptions: { reportUnusedDisableDirectives: "off" },
    plugins: { security },
    rules: { ...rules, "no-eval": "error", "no-implied-eval": "error", "no-new-func": "error" },
  },
];
