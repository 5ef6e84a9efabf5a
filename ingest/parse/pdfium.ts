import { PDFiumModule } from "@hyzyla/pdfium";

/** An address in PDFium's memory, or a handle; 0 is none. */
export type Pointer = number;

/** The part of PDFium's C interface that we use (fpdfview.h, fpdf_text.h, fpdf_edit.h, fpdf_doc.h). */
export type Pdfium = {
	HEAPU8: Uint8Array;
	HEAPF32: Float32Array;
	HEAP32: Int32Array;
	wasmExports: { malloc: (bytes: number) => Pointer; free: (pointer: Pointer) => void };
	_FPDF_InitLibrary: () => void;
	_FPDF_LoadMemDocument: (data: Pointer, bytes: number, password: Pointer) => Pointer;
	_FPDF_GetLastError: () => number;
	_FPDF_CloseDocument: (document: Pointer) => void;
	_FPDF_GetPageCount: (document: Pointer) => number;
	_FPDF_GetMetaText: (document: Pointer, tag: Pointer, buffer: Pointer, bytes: number) => number;
	_FPDF_LoadPage: (document: Pointer, index: number) => Pointer;
	_FPDF_ClosePage: (page: Pointer) => void;
	_FPDF_GetPageWidth: (page: Pointer) => number;
	_FPDF_GetPageHeight: (page: Pointer) => number;
	_FPDF_PageToDevice: (
		...parameters: [
			page: Pointer,
			startX: number,
			startY: number,
			width: number,
			height: number,
			rotate: number,
			x: number,
			y: number,
			deviceX: Pointer,
			deviceY: Pointer,
		]
	) => number;
	_FPDF_RenderPageBitmap: (
		...parameters: [
			bitmap: Pointer,
			page: Pointer,
			startX: number,
			startY: number,
			width: number,
			height: number,
			rotate: number,
			flags: number,
		]
	) => void;
	_FPDFBitmap_CreateEx: (width: number, height: number, format: number, buffer: Pointer, stride: number) => Pointer;
	_FPDFBitmap_FillRect: (
		...parameters: [bitmap: Pointer, left: number, top: number, width: number, height: number, color: number]
	) => void;
	_FPDFBitmap_Destroy: (bitmap: Pointer) => void;
	_FPDFText_LoadPage: (page: Pointer) => Pointer;
	_FPDFText_ClosePage: (text: Pointer) => void;
	_FPDFText_CountChars: (text: Pointer) => number;
	_FPDFText_GetUnicode: (text: Pointer, index: number) => number;
	_FPDFText_GetTextObject: (text: Pointer, index: number) => Pointer;
	_FPDFText_GetFontSize: (text: Pointer, index: number) => number;
	_FPDFText_GetFontInfo: (text: Pointer, index: number, buffer: Pointer, bytes: number, flags: Pointer) => number;
	_FPDFText_GetMatrix: (text: Pointer, index: number, matrix: Pointer) => number;
	_FPDFText_GetLooseCharBox: (text: Pointer, index: number, rectangle: Pointer) => number;
	_FPDFTextObj_GetFont: (object: Pointer) => Pointer;
	_FPDFTextObj_GetTextRenderMode: (object: Pointer) => number;
	_FPDFPage_CountObjects: (page: Pointer) => number;
	_FPDFPage_GetObject: (page: Pointer, index: number) => Pointer;
	_FPDFPageObj_GetType: (object: Pointer) => number;
	_FPDFPageObj_GetBounds: (object: Pointer, left: Pointer, bottom: Pointer, right: Pointer, top: Pointer) => number;
	_FPDFFormObj_CountObjects: (object: Pointer) => number;
	_FPDFFormObj_GetObject: (object: Pointer, index: number) => Pointer;
	_FPDFBookmark_GetFirstChild: (document: Pointer, bookmark: Pointer) => Pointer;
	_FPDFBookmark_GetNextSibling: (document: Pointer, bookmark: Pointer) => Pointer;
	_FPDFBookmark_GetTitle: (bookmark: Pointer, buffer: Pointer, bytes: number) => number;
	_FPDFBookmark_GetDest: (document: Pointer, bookmark: Pointer) => Pointer;
	_FPDFBookmark_GetAction: (bookmark: Pointer) => Pointer;
	_FPDFAction_GetDest: (document: Pointer, action: Pointer) => Pointer;
	_FPDFDest_GetDestPageIndex: (document: Pointer, destination: Pointer) => number;
};

let loading: Promise<Pdfium> | undefined;

/** PDFium, compiled to WebAssembly: loaded when first needed, then kept. */
export function loadPdfium(): Promise<Pdfium> {
	loading ??= PDFiumModule({}).then((module) => {
		// The package declares only what its own wrapper calls; the build has all of PDFium.
		const pdfium = module as unknown as Pdfium;
		pdfium._FPDF_InitLibrary();
		return pdfium;
	});
	return loading;
}

/** Calls with a buffer in PDFium's memory that is freed afterwards. */
export function withMemory<T>(pdfium: Pdfium, bytes: number, use: (pointer: Pointer) => T): T {
	const pointer = pdfium.wasmExports.malloc(bytes);
	if (pointer === 0) throw new Error("PDFium is out of memory");
	try {
		return use(pointer);
	} finally {
		pdfium.wasmExports.free(pointer);
	}
}

/** The text of one of PDFium's functions that fill a buffer with UTF-16 and return the bytes it takes. */
export function readText(pdfium: Pdfium, fill: (buffer: Pointer, bytes: number) => number): string {
	const bytes = fill(0, 0);
	if (bytes <= 2) return "";
	return withMemory(pdfium, bytes, (pointer) => {
		fill(pointer, bytes);
		return Buffer.from(pdfium.HEAPU8.subarray(pointer, pointer + bytes - 2)).toString("utf16le");
	});
}
