import { workerData } from "node:worker_threads";

// A thread beside the parser in its process. V8's heap limit does not count buffers, such as a decompressed PDF stream,
// and a parser in a long synchronous step can look neither at itself nor at whether the server is still there. Looking
// costs some microseconds.

const EVERY_MS = 50;
const residentMb: number = workerData;

const server = process.ppid;

setInterval(() => {
	if (process.memoryUsage.rss() > residentMb * 1e6 || process.ppid !== server) process.kill(process.pid, "SIGKILL");
}, EVERY_MS);
