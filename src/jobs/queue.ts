import { PgBoss } from "pg-boss";
import type { Database } from "../db/database.ts";
import type { Handle } from "../db/handle.ts";
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Job } from "./job.ts";

/** Durable jobs in the same database as the data they are about: a job sent in a transaction exists exactly if it commits. */
export type JobQueue = {
	/**
	 * Enqueues a job. `key`: of jobs with the same key at most one runs and one waits; further ones fall away.
	 * `tx`: in that transaction. `delaySeconds`: not before.
	 */
	send<Data extends object>(job: Job<Data>, data: Data, options: SendOptions): Promise<void>;
	/** Enqueues many jobs of a kind in one statement. */
	sendAll<Data extends object>(job: Job<Data>, items: { data: Data; key: string }[], tx: Handle): Promise<void>;
	/** Runs the handler for each job, `concurrency` at a time. What it throws is retried later, with growing delay. */
	work<Data extends object>(job: Job<Data>, concurrency: number, handler: JobHandler<Data>): Promise<void>;
	/** Sends the job every few minutes (cron expression), once however many processes run. */
	schedule(job: Job<Record<string, never>>, cron: string): Promise<void>;
	/** Lets running jobs end for up to ten seconds; what is left resumes elsewhere, or at the next start. */
	stop(): Promise<void>;
};

export type SendOptions = { key: string; tx?: Handle; delaySeconds?: number };
export type JobHandler<Data> = (data: Data, context: { attempt: number; signal: AbortSignal }) => Promise<void>;

/** A worker that has been silent this long is dead, and its jobs go to others. The least that pg-boss allows. */
const HEARTBEAT_SECONDS = 10;
const DAY_SECONDS = 24 * 60 * 60;

/** An advisory lock like that of the migrations, of another number. */
const START_LOCK = 7_215_302;

/** Starts the queue on this database. `jobs` are all jobs there are; their queues are made where they do not exist. */
export async function startQueue(database: Database, jobs: Job<object>[], log: Log): Promise<JobQueue> {
	const boss = new PgBoss({
		db: {
			executeSql: (text, values) => executeSql(database, text, values),
			listen: (channel, onNotify, onReady) => database.listen(channel, onNotify, onReady),
		},
		backend: database.exclusive ? "pglite" : "postgres",
		useListenNotify: true,
		superviseIntervalSeconds: 5,
		monitorIntervalSeconds: 5,
		monitorVacuum: false,
		reindex: false,
		openTelemetry: { enabled: false },
	});
	boss.on("error", sayNowAndThen(log));
	await oneAtATime(database, async () => {
		await boss.start();
		for (const job of jobs) await prepareQueue(boss, database, job);
	});

	return {
		async send(job, data, { tx, key, delaySeconds }) {
			await boss.send(job.name, job.schema.parse(data), {
				...(tx && { db: adapt(tx) }),
				singletonKey: key,
				...(delaySeconds && { startAfter: delaySeconds }),
			});
		},
		async sendAll(job, items, tx) {
			const jobs = items.map(({ data, key }) => ({ data: job.schema.parse(data), singletonKey: key }));
			await boss.insert(job.name, jobs, { db: adapt(tx) });
		},
		async work(job, concurrency, handler) {
			const options = { pollingIntervalSeconds: 0.5, notifyPollingIntervalSeconds: 2 };
			for (let worker = 0; worker < concurrency; worker++) {
				let id = "";
				id = await boss.work(job.name, options, async ([claimed]) => {
					if (!claimed) return;
					try {
						const data = job.schema.parse(claimed.data);
						await handler(data, { attempt: claimed.retryCount, signal: claimed.signal });
					} finally {
						// Where one job was there may be more. Left to its polling, a worker took two seconds for each file of a batch.
						boss.notifyWorker(id);
					}
				});
			}
		},
		async schedule(job, cron) {
			await boss.schedule(job.name, cron, {});
		},
		async stop() {
			await boss.stop({ graceful: true, timeout: 10_000 });
		},
	};
}

/** Processes that start on an empty database together would make pg-boss's tables at the same moment, and all but one fail. */
async function oneAtATime(database: Database, work: () => Promise<void>): Promise<void> {
	if (database.exclusive) return work();
	await database.session(async (handle) => {
		await handle.query("SELECT pg_advisory_lock($1)", [START_LOCK]);
		try {
			await work();
		} finally {
			await handle.query("SELECT pg_advisory_unlock($1)", [START_LOCK]);
		}
	});
}

const SAID_AGAIN_MS = 10_000;

/** While the database is away every worker finds so each time that it looks for a job. */
function sayNowAndThen(log: Log): (error: unknown) => void {
	let said = { what: "", at: Number.NEGATIVE_INFINITY };
	return (error) => {
		// pg-boss appends who found it.
		const what = messageOf(error).replace(/ \(Queue: .*$/s, "");
		if (what === said.what && performance.now() - said.at < SAID_AGAIN_MS) return;
		said = { what, at: performance.now() };
		log.error({ err: error }, "job queue");
	};
}

function adapt(tx: Handle) {
	return { executeSql: (text: string, values?: unknown[]) => tx.query(text, values) };
}

async function prepareQueue(boss: PgBoss, database: Database, job: Job<object>): Promise<void> {
	const options = {
		retryLimit: job.retryLimit,
		retryDelay: 1,
		retryBackoff: true,
		retryDelayMax: 60,
		// A large file takes as long as it takes; that its worker lives is what the heartbeat says.
		expireInSeconds: DAY_SECONDS,
		heartbeatSeconds: HEARTBEAT_SECONDS,
		retentionSeconds: 14 * DAY_SECONDS,
		deleteAfterSeconds: 60 * 60,
		notify: true,
	};
	if (await boss.getQueue(job.name)) await boss.updateQueue(job.name, options);
	else await boss.createQueue(job.name, { ...options, policy: "stately" });
	if (database.exclusive) await takeOver(boss, database, job);
}

/** Nobody else can be running these: their process died. Cancelling and resuming puts them back at once. */
async function takeOver(boss: PgBoss, database: Database, job: Job<object>): Promise<void> {
	const { rows } = await database.query<{ id: string }>(
		"SELECT id FROM pgboss.job WHERE name = $1 AND state = 'active'",
		[job.name],
	);
	for (const { id } of rows) {
		await boss.cancel(job.name, id);
		await boss.resume(job.name, id).catch(ignoreDuplicate);
	}
}

/** A job with the same key is waiting already, and will do what the dead one was to do. */
function ignoreDuplicate(error: unknown): void {
	if ((error as { code?: string }).code !== "23505") throw error;
}

/**
 * pg-boss sends several statements in one text, some with their own BEGIN. A failed one would leave the connection in
 * an aborted transaction for whoever takes it next.
 */
async function executeSql(database: Database, text: string, values?: unknown[]): Promise<{ rows: unknown[] }> {
	return database.session(async (handle) => {
		try {
			return await handle.query(text, values);
		} catch (error) {
			await handle.query("ROLLBACK").catch(() => {});
			throw error;
		}
	});
}
