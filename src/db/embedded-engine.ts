import type { PGlite } from "@electric-sql/pglite";
import { ExcerptError, messageOf } from "../errors.ts";
import { DISK_FULL } from "./room.ts";

type Messages = Awaited<ReturnType<PGlite["execProtocolStream"]>>;
type Listener = { channel: string; onNotify: (payload: string) => void; onReady: () => void };

/** First bytes of messages to Postgres. */
const QUERY = "Q".charCodeAt(0);
const SYNC = "S".charCodeAt(0);
/** Postgres' word that the next query may come. */
const READY = { name: "readyForQuery", length: 5, status: "I" } as Messages[number];

/** To open takes a second or so: whoever asks while there is no room need not have it tried each time. Doubled each time. */
const REOPEN_MS = 1_000;
const REOPEN_AT_MOST_MS = 30_000;

/**
 * PGlite as its node-postgres adapter sees it, started again where it has stopped. Postgres ends its process where it
 * cannot write its log any more, as on a full disk. Within ours PGlite 0.5.14 then answers nothing and all who ask wait for
 * ever. Here they get an error, and the next to ask opens the database anew: from its log, which holds all that was committed.
 */
export class EmbeddedEngine {
	readonly waitReady = Promise.resolve();
	readonly #create: () => PGlite;
	#pglite: PGlite | undefined;
	/** Why it could not be opened again, until when that is the answer. */
	#failed: { cause: unknown; until: number; pause: number } | undefined;
	/** After an error Postgres passes over what else belongs to the query, up to its end. */
	#skipping = false;
	/** It stopped within a transaction, of which nothing that comes before its ROLLBACK may be done by itself. */
	#aborted = false;
	readonly #listeners = new Map<Listener, () => Promise<void>>();

	private constructor(create: () => PGlite, pglite: PGlite) {
		this.#create = create;
		this.#pglite = pglite;
	}

	/** `create` is called again after each stop. Throws where the first cannot be opened. */
	static async start(create: () => PGlite): Promise<EmbeddedEngine> {
		return new EmbeddedEngine(create, await opened(create()));
	}

	/** One message of Postgres' protocol, and what is said to it. */
	async execProtocolStream(
		message: Uint8Array,
		options: Parameters<PGlite["execProtocolStream"]>[1],
	): Promise<Messages> {
		const kind = message[0];
		if (this.#skipping) {
			if (kind !== SYNC) return [];
			this.#skipping = false;
			return [READY];
		}
		try {
			if (this.#aborted && !isRollback(message)) throw aborted();
			this.#aborted = false;
			const pglite = await this.#running();
			const inTransaction = pglite.isInTransaction();
			const messages = await pglite.execProtocolStream(message, options);
			const last = messages.find(endsProcess);
			if (!last) return messages;
			this.#pglite = undefined;
			this.#aborted = inTransaction;
			closeFiles(pglite);
			throw stopped(last);
		} catch (error) {
			this.#skipping = kind !== SYNC && kind !== QUERY;
			return this.#skipping ? [asMessage(error)] : [asMessage(error), READY];
		}
	}

	/** `onReady` runs now, and whenever notifications may have been missed because the database was opened anew. */
	async listen(listener: Listener): Promise<void> {
		await this.#listenOn(await this.#running(), listener);
	}

	async unlisten(listener: Listener): Promise<void> {
		await this.#listeners.get(listener)?.();
		this.#listeners.delete(listener);
	}

	async close(): Promise<void> {
		await this.#pglite?.close();
	}

	async #running(): Promise<PGlite> {
		if (this.#pglite) return this.#pglite;
		if (this.#failed && performance.now() < this.#failed.until) throw notOpened(this.#failed.cause);
		try {
			const pglite = await opened(this.#create());
			for (const listener of this.#listeners.keys()) await this.#listenOn(pglite, listener);
			this.#pglite = pglite;
			this.#failed = undefined;
			return pglite;
		} catch (error) {
			const pause = Math.min(REOPEN_AT_MOST_MS, 2 * (this.#failed?.pause ?? REOPEN_MS / 2));
			this.#failed = { cause: error, until: performance.now() + pause, pause };
			throw notOpened(error);
		}
	}

	async #listenOn(pglite: PGlite, listener: Listener): Promise<void> {
		this.#listeners.set(listener, await pglite.listen(listener.channel, listener.onNotify));
		listener.onReady();
	}
}

function isRollback(message: Uint8Array): boolean {
	// The kind and four bytes of length come before the text.
	return message[0] === QUERY && /^\s*ROLLBACK\b/i.test(new TextDecoder().decode(message.subarray(5, 30)));
}

async function opened(pglite: PGlite): Promise<PGlite> {
	try {
		await pglite.waitReady;
		return pglite;
	} catch (error) {
		closeFiles(pglite);
		throw error;
	}
}

/** What has stopped cannot be closed any more, and holds some sixty files open, each time. */
function closeFiles(pglite: PGlite): void {
	try {
		const { FS } = pglite.Module;
		for (const stream of FS.streams) if (stream) FS.close(stream);
	} catch {
		// It has not come as far as to have any.
	}
}

/** What Postgres says last. */
type Last = Messages[number] & { message: string; code?: string };

function endsProcess(message: Messages[number]): message is Last {
	const severity = "severity" in message ? message.severity : undefined;
	return severity === "PANIC" || severity === "FATAL";
}

function stopped(last: Last): ExcerptError {
	const advice = last.code === DISK_FULL ? "The disk is full: make room. " : "";
	return new ExcerptError(
		"server_error",
		`The embedded database has stopped: ${last.message}. ${advice}It starts again by itself; nothing that was acknowledged is lost.`,
		{ cause: last, retryable: true },
	);
}

function aborted(): ExcerptError {
	return new ExcerptError("server_error", "The embedded database stopped in the middle of this transaction.", {
		retryable: true,
	});
}

/** PGlite does not say why. A new error for each who asks: pg-boss writes into what it catches. */
function notOpened(error: unknown): ExcerptError {
	return new ExcerptError(
		"server_error",
		`The embedded database has stopped and cannot be started again (${messageOf(error)}). Where the disk is full, make room; it is tried again from time to time.`,
		{ cause: error, retryable: true },
	);
}

/** The adapter tells what Postgres says by its name; whoever asked gets the error itself. */
function asMessage(error: unknown): Messages[number] {
	return Object.defineProperty(error as Error, "name", { value: "error" }) as unknown as Messages[number];
}
