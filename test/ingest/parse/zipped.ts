import { crc32, deflateRawSync } from "node:zlib";

/** A ZIP file of these parts, in order; `states` overrides the inflated size that a part's entry states. */
export function zipped(parts: Record<string, string | Uint8Array>, states: Record<string, number> = {}): Buffer {
	const files: Buffer[] = [];
	const directory: Buffer[] = [];
	let offset = 0;
	for (const [name, content] of Object.entries(parts)) {
		const bytes = Buffer.from(content as Uint8Array);
		// EPUB wants its first part as it is.
		const method = name === "mimetype" ? 0 : 8;
		const packed = method === 0 ? bytes : deflateRawSync(bytes);
		const fields = Buffer.alloc(26);
		fields.writeUInt16LE(20, 0);
		fields.writeUInt16LE(0x800, 2);
		fields.writeUInt16LE(method, 4);
		fields.writeUInt32LE(crc32(bytes), 10);
		fields.writeUInt32LE(packed.length, 14);
		fields.writeUInt32LE(states[name] ?? bytes.length, 18);
		fields.writeUInt16LE(Buffer.byteLength(name), 22);
		const local = Buffer.concat([Buffer.from("PK\x03\x04"), fields, Buffer.from(name), packed]);
		const place = Buffer.alloc(14);
		place.writeUInt32LE(offset, 10);
		const head = Buffer.concat([Buffer.from("PK\x01\x02\x14\0"), fields, place, Buffer.from(name)]);
		files.push(local);
		directory.push(head);
		offset += local.length;
	}
	const end = Buffer.alloc(22);
	end.write("PK\x05\x06");
	end.writeUInt16LE(directory.length, 8);
	end.writeUInt16LE(directory.length, 10);
	end.writeUInt32LE(
		directory.reduce((sum, { length }) => sum + length, 0),
		12,
	);
	end.writeUInt32LE(offset, 16);
	return Buffer.concat([...files, ...directory, end]);
}

/** The `.rels` part that gives each target a type and an id, `rId1` onwards. */
export function rels(targets: [type: string, target: string][]): string {
	const entries = targets.map(
		([type, target], i) =>
			`<Relationship Id="rId${i + 1}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/${type}" Target="${target}"/>`,
	);
	return `<Relationships>${entries.join("")}</Relationships>`;
}
