import { defineConfig } from "vitest/config";

export default defineConfig({
	test: {
		include: ["test/**/*.test.ts"],
		globalSetup: "test/support/global-setup.ts",
		// Each file starts a service on a database of its own; more at a time than cores only makes them wait.
		maxWorkers: 2,
		// Far above what any takes: a busy machine of two cores is slow, and no test is about time.
		testTimeout: 90_000,
		hookTimeout: 120_000,
	},
});
