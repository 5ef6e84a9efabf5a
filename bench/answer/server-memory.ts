import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";

/** In MB, after all garbage was collected: what lives on the heap, in buffers beside it, and what the process resides in. */
export type ServerMemory = { heap: number; external: number; resident: number };

/** Asks the inspector of another Node process, which must have been started with `--inspect` on that port. */
export async function serverMemory(inspectorPort: number): Promise<ServerMemory> {
	const targets = await fetch(`http://127.0.0.1:${inspectorPort}/json`);
	const [target] = (await targets.json()) as { webSocketDebuggerUrl: string }[];
	const socket = new WebSocket(target?.webSocketDebuggerUrl as string);
	await once(socket, "open");
	const call = async (method: string, params: object = {}) => {
		socket.send(JSON.stringify({ id: 1, method, params }));
		const [message] = (await once(socket, "message")) as [{ data: string }];
		return JSON.parse(message.data) as { result: { result: { value: NodeJS.MemoryUsage } } };
	};
	// Twice: what the first one finalizes, the second one frees.
	for (let pass = 0; pass < 2; pass++) {
		await call("HeapProfiler.collectGarbage");
		await sleep(200);
	}
	const expression = "process.memoryUsage()";
	const { result } = await call("Runtime.evaluate", { expression, returnByValue: true });
	socket.close();
	const { heapUsed, external, rss } = result.result.value;
	return { heap: heapUsed / 1e6, external: external / 1e6, resident: rss / 1e6 };
}
