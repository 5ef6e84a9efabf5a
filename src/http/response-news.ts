import { EventEmitter } from "node:events";
import type { Database } from "../db/database.ts";
import { EVENTS_CHANNEL } from "../store/response-events.ts";

/** Tells who follows background responses in this process that there are new events, whichever process wrote them. */
export type ResponseNews = {
	/** From now on, until it is closed. */
	of(id: string): {
		/** Resolves once there has been news since the last time, after a second all the same, or when aborted. */
		next(signal: AbortSignal): Promise<void>;
		close(): void;
	};
	close(): Promise<void>;
};

/** Notifications are lost while the connection that listens is. */
const LOOK_AGAIN_MS = 1000;

export async function listenForNews(db: Database): Promise<ResponseNews> {
	const emitter = new EventEmitter();
	emitter.setMaxListeners(0);
	const listener = await db.listen(
		EVENTS_CHANNEL,
		(id) => emitter.emit(id),
		() => {},
	);
	return {
		of(id) {
			let fresh = false;
			let wake = () => {};
			const heard = () => {
				fresh = true;
				wake();
			};
			emitter.on(id, heard);
			return {
				async next(signal) {
					if (!fresh && !signal.aborted)
						await new Promise<void>((resolve) => {
							const timer = setTimeout(resolve, LOOK_AGAIN_MS);
							wake = () => {
								clearTimeout(timer);
								resolve();
							};
							signal.addEventListener("abort", wake, { once: true });
						});
					fresh = false;
				},
				close: () => emitter.off(id, heard),
			};
		},
		close: () => listener.close(),
	};
}
