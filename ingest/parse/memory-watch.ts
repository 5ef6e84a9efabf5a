import { workerData } from "node:worker_threads";

// A thread beside the parser in its process. V8's heap limit does not count buffers, such as a decompressed PDF stream,
// and a parser in a long synchronous step cannot look at itself. Looking costs some microseconds.

const EVERY_MS = 50;
const residentMb: number = workerData;

setInterval(() => {
	if (process.memoryUsage.rss() > residentMb * 1e6) process.kill(process.pid, "SIGKILL");
}, EVERY_MS);
