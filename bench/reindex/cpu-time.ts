import type { Handle } from "../../src/db/handle.ts";
import { childrenOf, readProc } from "../proc.ts";

/** Seconds of processor time since their start; NaN where there is no /proc, or the database runs elsewhere. */
export type CpuTime = { service: number; database: number };

/** Processor time of a service, and of all processes of the Postgres that the handle speaks to. */
export async function cpuTime(servicePid: number, db: Handle): Promise<CpuTime> {
	const { rows } = await db.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
	const postmaster = parentOf((rows[0] as { pid: number }).pid);
	const children = childrenOf(postmaster).reduce((sum, pid) => sum + ownTime(pid), 0);
	// A child that has ended is counted with its parent.
	return { service: ownTime(servicePid), database: ownTime(postmaster) + timeOfEnded(postmaster) + children };
}

export function cpuBetween(before: CpuTime, after: CpuTime): CpuTime {
	return { service: after.service - before.service, database: after.database - before.database };
}

const TICKS_PER_SECOND = 100;

function ownTime(pid: number): number {
	const fields = statOf(pid);
	return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

function timeOfEnded(pid: number): number {
	const fields = statOf(pid);
	return (Number(fields[13]) + Number(fields[14])) / TICKS_PER_SECOND;
}

function parentOf(pid: number): number {
	return Number(statOf(pid)[1]);
}

/** What stands behind the name, which may hold anything: the state, the parent, … (`man proc_pid_stat`). */
function statOf(pid: number): string[] {
	const stat = readProc(`${pid}/stat`);
	return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}
