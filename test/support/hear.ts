import type { Database } from "../../src/db/database.ts";

/** What comes over a channel, and how often it was said that something may have been missed. */
export type Hearing = { heard: string[]; ready: number; close(): Promise<void> };

export async function hear(db: Database, channel: string): Promise<Hearing> {
	const hearing: Hearing = { heard: [], ready: 0, close: () => listener.close() };
	const listener = await db.listen(
		channel,
		(payload) => hearing.heard.push(payload),
		() => hearing.ready++,
	);
	return hearing;
}
