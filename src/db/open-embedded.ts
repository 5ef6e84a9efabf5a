import { PGlite } from "@electric-sql/pglite";
import { btree_gin } from "@electric-sql/pglite/contrib/btree_gin";
import { createPgConfig } from "@electric-sql/pglite/node-postgres";
import { vector } from "@electric-sql/pglite-pgvector";
import pg from "pg";
import type { Database } from "./database.ts";
import { EmbeddedEngine } from "./embedded-engine.ts";
import { poolDatabase } from "./pool-database.ts";
import { requireRoomIn } from "./room.ts";
import { columnTypes } from "./types.ts";

/** PGlite takes 128 MB, which in WASM costs twice that, and reads what it has not from the system's cache anyway. */
const SHARED_BUFFERS = "64MB";

/** PGlite in a directory, behind the same node-postgres pool as Postgres: one connection. */
export async function openEmbedded(dataDir: string): Promise<Database> {
	const startParams = [...PGlite.defaultStartParams, "-c", `shared_buffers=${SHARED_BUFFERS}`];
	const engine = await EmbeddedEngine.start(
		() => new PGlite({ dataDir, extensions: { vector, btree_gin }, startParams }),
	);
	/** The adapter has one connection for all clients, and what ends one would end the next. */
	class Client extends pg.Client {
		constructor(options?: pg.ClientConfig) {
			super({ ...options, ...createPgConfig(engine as unknown as PGlite) } as pg.ClientConfig);
		}
	}
	const pool = new pg.Pool({ Client, types: columnTypes, max: 1 });
	pool.on("error", () => {});
	const shared = poolDatabase(pool);
	return {
		...shared,
		// Not pool.query: on an error that ends the client, and the adapter's next client then takes the rest of the old
		// one's answer for its own: every later result comes one query late.
		query: (text, values) => shared.session((handle) => handle.query(text, values)),
		exclusive: true,
		async listen(channel, onNotify, onReady) {
			// In the pool's turn: the adapter sends a query in several messages. Asked past it while workers polled, PGlite 0.5.14
			// sometimes never came back: a process that ended right after its start then hung (test/cli/serve.test.ts finds it).
			const listener = { channel, onNotify, onReady };
			await shared.session(() => engine.listen(listener));
			return { close: () => shared.session(() => engine.unlisten(listener)) };
		},
		requireRoom: () => requireRoomIn(dataDir),
		async close() {
			await pool.end();
			await engine.close();
		},
	};
}
