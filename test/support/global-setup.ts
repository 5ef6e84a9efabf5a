import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { createService } from "../../src/app.ts";
import { loadConfig } from "../../src/config.ts";
import { createLog } from "../../src/log.ts";

declare module "vitest" {
	export interface ProvidedContext {
		/** A data directory, or a database, as a service leaves it that started once: each test file begins with a copy. */
		template: string;
		/** Where databases are made; "" for the embedded engine. */
		serverUrl: string;
	}
}

const TEMPLATE_DATABASE = "excerpt_test_template";

/** Makes the template once for all test files: on PGlite a data directory, on Postgres a database. */
export default async function setup(project: TestProject) {
	const serverUrl = process.env.TEST_DATABASE_URL ?? "";
	const directory = mkdtempSync(join(tmpdir(), "excerpt-template-"));
	if (serverUrl) await recreateDatabase(serverUrl);
	const settings = { DATA_DIR: directory, DATABASE_URL: serverUrl && withDatabase(serverUrl, TEMPLATE_DATABASE) };
	const service = await createService(loadConfig(settings), createLog("silent"), { worker: false });
	await service.close();
	project.provide("serverUrl", serverUrl);
	project.provide("template", serverUrl ? TEMPLATE_DATABASE : directory);
	return () => rmSync(directory, { recursive: true, force: true });
}

function withDatabase(url: string, database: string): string {
	return Object.assign(new URL(url), { pathname: `/${database}` }).href;
}

async function recreateDatabase(serverUrl: string): Promise<void> {
	const client = new pg.Client({ connectionString: serverUrl });
	await client.connect();
	await client.query(`DROP DATABASE IF EXISTS ${TEMPLATE_DATABASE} WITH (FORCE)`);
	await client.query(`CREATE DATABASE ${TEMPLATE_DATABASE}`);
	await client.end();
}
