/** Writes sql/schema.sql: what the migrations add up to. A test fails where it has drifted. */
import { writeFileSync } from "node:fs";
import { migrate } from "../src/db/migrate.ts";
import { openEmbedded } from "../src/db/open-embedded.ts";
import { describeSchema } from "./describe-schema.ts";

const db = await openEmbedded("memory://");
await migrate(db);
writeFileSync(new URL("../sql/schema.sql", import.meta.url), await describeSchema(db));
await db.close();
