/**
 * Adds to package-lock.json the optional packages of other platforms that a registry mirror did not serve when the lock
 * was written: npm leaves them out then, and `npm ci` refuses the lock. An entry has version and platform, no hash; it is
 * only ever installed on a platform that the mirror has nothing for. Run after every `npm install`.
 */
import { readFileSync, writeFileSync } from "node:fs";

type Package = {
	version?: string;
	optionalDependencies?: Record<string, string>;
	dev?: boolean;
	optional?: boolean;
	os?: string[];
	cpu?: string[];
	libc?: string[];
};

const SYSTEMS = ["android", "darwin", "linux", "win32", "freebsd", "openharmony", "openbsd", "netbsd", "sunos", "aix"];
const PROCESSORS = ["arm64", "x64", "arm", "ia32", "ppc64", "riscv64", "s390x", "wasm32", "loong64"];

const path = new URL("../package-lock.json", import.meta.url);
const lock = JSON.parse(readFileSync(path, "utf8")) as { packages: Record<string, Package> };
const { "": root = {}, ...packages } = lock.packages;
let added = 0;
for (const [parent, { optionalDependencies = {}, dev }] of Object.entries({ ...packages })) {
	for (const [name, version] of Object.entries(optionalDependencies)) {
		if (packages[`${parent}/node_modules/${name}`] || packages[`node_modules/${name}`]) continue;
		const words = name.split(/[/-]/);
		const os = SYSTEMS.filter((system) => words.includes(system));
		const cpu = PROCESSORS.filter((processor) => words.includes(processor));
		if (!/^\d+\.\d+\.\d+$/.test(version) || os.length + cpu.length === 0) continue;
		const libc = words.includes("musl") ? ["musl"] : words.includes("gnu") ? ["glibc"] : [];
		packages[`node_modules/${name}`] = {
			version,
			...(cpu.length > 0 && { cpu }),
			...(dev && { dev }),
			optional: true,
			...(os.length > 0 && { os }),
			...(libc.length > 0 && { libc }),
		};
		added++;
	}
}
lock.packages = {
	"": root,
	...Object.fromEntries(Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, "en"))),
};
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added} entries added to package-lock.json`);
