/** Brings the generated parts of the documents up to date. A test fails where they have drifted. */
import { readFileSync, writeFileSync } from "node:fs";
import { withClientExamples } from "./client-examples.ts";
import { withSettingsTable } from "./settings-table.ts";

const readme = new URL("../README.md", import.meta.url);
writeFileSync(readme, withClientExamples(withSettingsTable(readFileSync(readme, "utf8"))));
