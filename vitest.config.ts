import { defineConfig } from "vitest/config";

export default defineConfig({
	test: {
		include: ["test/**/*.test.ts"],
		globalSetup: "test/support/global-setup.ts",
		// Each file starts a service on a database of its own; more at a time than cores only makes them wait.
		maxWorkers: 2,
		// Limits for what hangs, not for what is slow: a test of the command line starts three processes, which took more than 30 s
		// on two cores that five suites shared.
		testTimeout: 180_000,
		hookTimeout: 180_000,
	},
});
