import iconv from "iconv-lite";
import { describe, expect, test } from "vitest";
import { read } from "./read.ts";

const HEAD =
	"From: =?utf-8?q?J=C3=B6rg?= Maier <joerg@example.org>\r\nTo: Ann <ann@example.org>, bob@example.org\r\nSubject: =?iso-8859-1?q?Gr=FC=DFe?=\r\nDate: Tue, 5 Mar 2024 10:00:00 +0100\r\nMIME-Version: 1.0\r\n";

function multipart(type: string, parts: string[]): string {
	return `${HEAD}Content-Type: multipart/${type}; boundary="b"\r\n\r\n${parts.map((part) => `--b\r\n${part}\r\n`).join("")}--b--\r\n`;
}

describe("an email", () => {
	test("gives its headers as a block, then the paragraphs of its plain body, and names its attachments", async () => {
		const { blocks, facts } = await read(
			"a.eml",
			multipart("mixed", [
				"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
					Buffer.from("Hallo Ann,\r\nwie geht es?\r\n\r\n> zitiert\r\n").toString("base64"),
				'Content-Type: application/pdf; name="plan 2024.pdf"\r\nContent-Disposition: attachment; filename="plan 2024.pdf"\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0=',
			]),
		);
		expect(blocks.map(({ text }) => text)).toEqual([
			"From: Jörg Maier <joerg@example.org>\nTo: Ann <ann@example.org>, bob@example.org\nSubject: Grüße\nDate: 2024-03-05T09:00:00Z\nAttachments: plan 2024.pdf",
			"Hallo Ann,\nwie geht es?",
			"> zitiert",
		]);
		expect(facts).toEqual({
			title: "Grüße",
			warnings: ["attachments are not read (upload them as files): plan 2024.pdf"],
		});
	});

	test("takes the plain body unless it says far less than the HTML", async () => {
		const html = (plain: string) =>
			multipart("alternative", [
				`Content-Type: text/plain\r\n\r\n${plain}`,
				"Content-Type: text/html\r\n\r\n<h1>Order 66</h1><table><tr><th>Item<th>Price<tr><td>Tea<td>3</table><p>Many thanks for your order.</p>",
			]);
		const stub = await read("a.eml", html("No HTML?"));
		expect(stub.blocks.slice(1).map(({ text }) => text)).toEqual([
			"Order 66",
			"Item: Tea; Price: 3",
			"Many thanks for your order.",
		]);
		const full = await read("a.eml", html("Order 66: Tea for 3. Many thanks for your order."));
		expect(full.blocks.slice(1).map(({ text }) => text)).toEqual(["Order 66: Tea for 3. Many thanks for your order."]);
	});

	test("with nothing but HTML is read as HTML", async () => {
		const { blocks } = await read("a.eml", `${HEAD}Content-Type: text/html\r\n\r\n<h2>Head</h2><p>Words here</p>`);
		expect(blocks.slice(1).map(({ kind, text }) => [kind, text])).toEqual([
			["heading", "Head"],
			["paragraph", "Words here"],
		]);
	});

	test("is decoded as its parts say", async () => {
		const body = iconv.encode("会議は三時からです。", "shift_jis");
		const { blocks } = await read(
			"a.eml",
			Buffer.concat([Buffer.from(`${HEAD}Content-Type: text/plain; charset=shift_jis\r\n\r\n`), body]),
		);
		expect(blocks.at(-1)?.text).toBe("会議は三時からです。");
	});

	test("without a header is refused", async () => {
		await expect(read("a.eml", "Just some words\nand more.\n")).rejects.toMatchObject({
			code: "invalid_file",
			message: expect.stringContaining("is no email"),
		});
	});
});
