// Adds to package-lock.json the optional platform packages the registry did not serve, so `npm ci` accepts it.
import { readFileSync, writeFileSync } from 'node:fs'
const file = process.argv[2]
const lock = JSON.parse(readFileSync(file, 'utf8'))
const P = lock.packages
let added = 0
for (const [path, pkg] of Object.entries({ ...P })) {
  for (const [name, range] of Object.entries(pkg.optionalDependencies ?? {})) {
    if (P[`${path}/node_modules/${name}`] || P[`node_modules/${name}`]) continue
    const t = name.split(/[/-]/)
    const os = ['android', 'darwin', 'linux', 'win32', 'freebsd', 'openharmony', 'openbsd', 'netbsd', 'sunos', 'aix', 'wasm32'].filter((o) => t.includes(o))
    const cpu = ['arm64', 'x64', 'arm', 'ia32', 'ppc64', 'riscv64', 's390x', 'wasm32', 'loong64'].filter((c) => t.includes(c))
    if (!/^\d+\.\d+\.\d+$/.test(range) || (!os.length && !cpu.length)) { console.log('skipped', path, name, range); continue }
    P[`node_modules/${name}`] = { version: range, ...(cpu.length && { cpu }), ...(pkg.dev && { dev: true }), optional: true, ...(os.length && { os }), ...(name.includes('musl') && { libc: ['musl'] }), ...(/-gnu$/.test(name) && { libc: ['glibc'] }) }
    added++
    console.log('added', name, range, os, cpu)
  }
}
const root = P['']; delete P['']
lock.packages = { '': root, ...Object.fromEntries(Object.entries(P).sort(([a], [b]) => a.localeCompare(b, 'en'))) }
writeFileSync(file, JSON.stringify(lock, null, 2) + '\n')
console.log(added)
