import { expect, test } from "vitest";
import { SETTINGS } from "../../src/config.ts";
import { runCli } from "../support/cli.ts";

const COMMANDS = ["serve", "worker", "ingest", "ask", "search", "reindex", "compare", "migrate", "demo"];

test("--help lists the commands and every setting", async () => {
	const { code, stdout, stderr } = await runCli(["--help"]);
	expect([code, stderr]).toEqual([0, ""]);
	for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${command}\\b`, "m"));
	for (const name of Object.keys(SETTINGS)) expect(stdout).toMatch(new RegExp(`^  ${name}\\b`, "m"));
});

test("every command has its help, which says where settings come from", async () => {
	const helps = await Promise.all(COMMANDS.map((command) => runCli([command, "--help"])));
	for (const [place, { code, stdout, stderr }] of helps.entries()) {
		expect([code, stderr]).toEqual([0, ""]);
		expect(stdout).toContain(`Usage: excerpt ${COMMANDS[place]}`);
		expect(stdout).toContain("Settings are environment variables");
	}
});

test("an unknown command or option, or a missing argument, is an error that points to the help", async () => {
	const results = await Promise.all([["fly"], ["serve", "--fast"], ["ask"]].map((args) => runCli(args)));
	for (const { code, stderr } of results) {
		expect(code).toBe(1);
		expect(stderr).toContain("error:");
		expect(stderr).toContain("--help");
	}
});

test("settings that are wrong are all named at once", async () => {
	const { code, stderr } = await runCli(["serve"], { PORT: "eighty", WORKER_CONCURRENCY: "0" });
	expect(code).toBe(1);
	expect(stderr).toMatch(/PORT: must be a whole number/);
	expect(stderr).toMatch(/WORKER_CONCURRENCY: must be between 1 and 64/);
	expect(stderr).not.toContain("    at ");
});
