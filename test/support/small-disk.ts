import { execFileSync, spawnSync } from "node:child_process";
import { mkdtemp, rm, rmdir, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A disk of its own in a directory, small enough to be filled. */
export type SmallDisk = {
	directory: string;
	/** Leaves so many megabytes, or a few pages less. */
	fillUpTo(leftMb: number): Promise<void>;
	/** Takes away what it was filled with. */
	makeRoom(): Promise<void>;
	/** Throws where somebody still holds a file open. */
	unmount(): Promise<void>;
};

/** Undefined where this process may not mount one, which takes root on Linux. */
export async function mountSmallDisk(megabytes: number): Promise<SmallDisk | undefined> {
	const directory = await mkdtemp(join(tmpdir(), "excerpt-disk-"));
	if (spawnSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", directory]).status !== 0) {
		await rmdir(directory);
		return undefined;
	}
	const filler = join(directory, "filler");
	return {
		directory,
		async fillUpTo(leftMb) {
			const { bavail, bsize } = await statfs(directory);
			execFileSync("fallocate", ["-l", String(bavail * bsize - leftMb * 2 ** 20), filler]);
		},
		makeRoom: () => rm(filler, { force: true }),
		async unmount() {
			execFileSync("umount", [directory]);
			await rmdir(directory);
		},
	};
}
