import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findLockHolder, lockDataDirectory } from "../../src/db/lock.ts";

const LOCK = new URL("../../src/db/lock.ts", import.meta.url).href;

let directory: string;
beforeEach(() => {
	directory = mkdtempSync(join(tmpdir(), "excerpt-lock-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** A process that tries to take the lock, says "taken" or why not, and holds on until its input ends. */
function startHolder() {
	const program = `
		import { lockDataDirectory } from ${JSON.stringify(LOCK)};
		try {
			const lock = lockDataDirectory(${JSON.stringify(directory)});
			lock.publish("http://127.0.0.1:1234");
			console.log("taken");
		} catch (error) {
			console.log(error.code + " " + error.message);
		}
		process.stdin.resume();
		process.stdin.on("end", () => process.exit());`;
	const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
		stdio: ["pipe", "pipe", "inherit"],
	});
	const said = once(child.stdout, "data").then(([data]) => String(data).trim());
	return {
		pid: child.pid as number,
		said,
		async end(how: "orderly" | "kill") {
			const gone = once(child, "exit");
			if (how === "kill") child.kill("SIGKILL");
			else child.stdin.end();
			await gone;
		},
	};
}

const lockFile = () => join(directory, "lock.json");

test("a second process is refused, and told who holds the directory and where it serves", async () => {
	const holder = startHolder();
	expect(await holder.said).toBe("taken");
	try {
		expect(() => lockDataDirectory(directory)).toThrow(
			expect.objectContaining({
				code: "data_directory_locked",
				message: expect.stringMatching(
					new RegExp(`${directory} .*process ${holder.pid} .*http://127\\.0\\.0\\.1:1234.*DATA_DIR`),
				),
			}),
		);
		expect(findLockHolder(directory)).toMatchObject({ pid: holder.pid, address: "http://127.0.0.1:1234" });
	} finally {
		await holder.end("orderly");
	}
});

test("the lock of a process that was killed is taken over", async () => {
	const holder = startHolder();
	expect(await holder.said).toBe("taken");
	await holder.end("kill");
	expect(existsSync(lockFile())).toBe(true);
	expect(findLockHolder(directory)).toBeUndefined();
	const lock = lockDataDirectory(directory);
	expect(findLockHolder(directory)).toMatchObject({ pid: process.pid, address: null });
	lock.release();
	expect(readdirSync(directory)).toEqual([]);
});

test("a released lock is gone, and can be taken again", () => {
	const lock = lockDataDirectory(directory);
	expect(() => lockDataDirectory(directory)).toThrow(`process ${process.pid} holds it`);
	lock.release();
	expect(existsSync(lockFile())).toBe(false);
	lockDataDirectory(directory).release();
});

test.skipIf(!existsSync("/proc/self/stat"))(
	"a living process that only has the dead holder's pid is not believed",
	() => {
		writeFileSync(lockFile(), JSON.stringify({ pid: process.ppid, started: "another boot:123", address: "http://x" }));
		expect(findLockHolder(directory)).toBeUndefined();
		lockDataDirectory(directory).release();
	},
);

test.each(["", "{", '{"pid":', "null"])("a lock that was written by half (%j) holds nothing", (content) => {
	writeFileSync(lockFile(), content);
	lockDataDirectory(directory).release();
});

test("a lock that is being written at the moment is waited for", async () => {
	const holder = startHolder();
	expect(await holder.said).toBe("taken");
	const whole = readFileSync(lockFile(), "utf8");
	// As another process sees it between the creation of the file and the writing of its content.
	writeFileSync(lockFile(), "");
	const writer = spawn("sh", ["-c", `sleep 0.02; printf %s "$0" > "$1"`, whole, lockFile()]);
	try {
		expect(() => lockDataDirectory(directory)).toThrow(`process ${holder.pid} holds it`);
	} finally {
		if (writer.exitCode === null) await once(writer, "exit");
		await holder.end("orderly");
	}
});

test("releasing late does not take another's lock away", async () => {
	const lock = lockDataDirectory(directory);
	const other = { pid: process.ppid, started: "x", address: null };
	writeFileSync(lockFile(), JSON.stringify(other));
	lock.release();
	expect(JSON.parse(readFileSync(lockFile(), "utf8"))).toEqual(other);
});

test("of many that start on a dead holder's directory at once, exactly one gets it", async () => {
	const dead = startHolder();
	await dead.said;
	await dead.end("kill");
	const holders = Array.from({ length: 6 }, startHolder);
	try {
		const said = await Promise.all(holders.map((holder) => holder.said));
		expect(said.filter((words) => words === "taken")).toHaveLength(1);
		expect(said.filter((words) => words.startsWith("data_directory_locked"))).toHaveLength(5);
	} finally {
		await Promise.all(holders.map((holder) => holder.end("orderly")));
	}
});
