import {
	closeSync,
	mkdirSync,
	openSync,
	readFileSync,
	renameSync,
	unlinkSync,
	writeFileSync,
	writeSync,
} from "node:fs";
import { join } from "node:path";
import { ExcerptError } from "../errors.ts";

/**
 * The lock of the data directory. PGlite has none across processes: two of them on one directory lost a committed row
 * without a word. The file names its holder, so that a command finds the server that is running, and a person the
 * process that is in the way.
 *
 * A holder that died is told by its pid and, where the system shows it, the time that process started: after a crash
 * and a reboot the same pid may be somebody else's.
 */
export type LockHolder = { pid: number; started: string; address: string | null };

export type DataDirectoryLock = {
	/** Makes known where the holder serves. */
	publish(address: string): void;
	release(): void;
};

/** Takes the lock, or throws `ExcerptError` (`data_directory_locked`) that names the holder. */
export function lockDataDirectory(directory: string): DataDirectoryLock {
	mkdirSync(directory, { recursive: true });
	const path = join(directory, "lock.json");
	const mine: LockHolder = { pid: process.pid, started: startOf(process.pid), address: null };
	acquire(path, mine, directory);
	return {
		publish(address) {
			writeFileSync(`${path}.next`, JSON.stringify({ ...mine, address }));
			renameSync(`${path}.next`, path);
		},
		release() {
			if (readHolder(path)?.pid === process.pid) unlinkSync(path);
		},
	};
}

/** The living process that holds the directory, if there is one. */
export function findLockHolder(directory: string): LockHolder | undefined {
	const holder = readHolder(join(directory, "lock.json"));
	return holder && isAlive(holder) ? holder : undefined;
}

function acquire(path: string, mine: LockHolder, directory: string): void {
	for (let attempt = 0; attempt < 5; attempt++) {
		if (create(path, mine)) return;
		const holder = readHolder(path) ?? readAgain(path);
		if (holder && isAlive(holder)) throw locked(holder, directory);
		removeDead(path, holder);
	}
	throw new ExcerptError("data_directory_locked", `Several processes are starting on ${directory} at once. Start one.`);
}

function create(path: string, holder: LockHolder): boolean {
	try {
		const file = openSync(path, "wx");
		writeSync(file, JSON.stringify(holder));
		closeSync(file);
		return true;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
		throw error;
	}
}

/**
 * Two processes may find the same dead lock. The first to rename it away wins; the second may by then be renaming the
 * winner's new one, so it looks at what it took and puts a living holder's lock back.
 */
function removeDead(path: string, dead: LockHolder | undefined): void {
	const aside = `${path}.dead-${process.pid}`;
	try {
		renameSync(path, aside);
	} catch {
		return;
	}
	const taken = readHolder(aside);
	if (taken && (taken.pid !== dead?.pid || taken.started !== dead.started) && isAlive(taken)) renameSync(aside, path);
	else unlinkSync(aside);
}

function readHolder(path: string): LockHolder | undefined {
	try {
		return JSON.parse(readFileSync(path, "utf8"));
	} catch {
		// Absent, or written half by a process that died in between: either way nobody holds it.
		return undefined;
	}
}

/** What cannot be read may be being written at this moment; its writer needs far less than this. */
function readAgain(path: string): LockHolder | undefined {
	Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
	return readHolder(path);
}

function isAlive(holder: LockHolder): boolean {
	try {
		process.kill(holder.pid, 0);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
	}
	return startOf(holder.pid) === holder.started;
}

/** Clock ticks from boot to the start of a process and the boot's id (Linux); "" where the system does not say. */
function startOf(pid: number): string {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
		const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
		// The command's name, in parentheses, may hold spaces: count the fields behind it.
		const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
		return `${boot}:${fields[19]}`;
	} catch {
		return "";
	}
}

function locked(holder: LockHolder, directory: string): ExcerptError {
	const where = holder.address ? ` and serves at ${holder.address}` : "";
	return new ExcerptError(
		"data_directory_locked",
		`The data directory ${directory} is in use: process ${holder.pid} holds it${where}. Use that server, stop it, or set DATA_DIR to another folder.`,
	);
}
