/** Where a delimiter goes: to the end of the chunk before it, to the start of the chunk after it, or away. */
export type DelimiterDisposition = "suffix" | "prefix" | "discard";

/** Options of {@linkcode DelimiterStream} and {@linkcode TextDelimiterStream}. */
export interface DelimiterStreamOptions {
  /** Default: `"discard"`. */
  disposition?: DelimiterDisposition;
}

/** Options of {@linkcode TextLineStream}. */
export interface TextLineStreamOptions {
  /** Ends lines at a lone carriage return too; default: false. */
  allowCR?: boolean;
}

/** Options of {@linkcode LimitedTransformStream}. */
export interface LimitedTransformStreamOptions {
  /** Throws a `RangeError` at the limit instead of ending the stream; default: false. */
  error?: boolean;
}

/** Options of {@linkcode LimitedBytesTransformStream}. */
export interface LimitedBytesTransformStreamOptions {
  /** Throws a `RangeError` at the limit instead of ending the stream; default: false. */
  error?: boolean;
}

/** Options of {@linkcode Buffer.bytes}. */
export interface BufferBytesOptions {
  /** Returns a copy, not a view valid until the next change; default: true. */
  copy?: boolean;
}

/** A growing byte buffer with a readable and a writable side. */
export class Buffer {
  constructor(ab?: ArrayBufferLike | ArrayLike<number>);
  get readable(): ReadableStream<Uint8Array>;
  get writable(): WritableStream<Uint8Array>;
  /** Unread bytes. */
  get length(): number;
  /** Bytes allocated. */
  get capacity(): number;
  bytes(options?: BufferBytesOptions): Uint8Array;
  empty(): boolean;
  truncate(n: number): void;
  reset(): void;
  grow(n: number): void;
}

/** Passes the bytes `start..end` (inclusive) of the stream on. */
export class ByteSliceStream extends TransformStream<Uint8Array, Uint8Array> {
  constructor(start?: number, end?: number);
}

/** Cuts a byte stream at a delimiter. */
export class DelimiterStream extends TransformStream<Uint8Array, Uint8Array> {
  constructor(delimiter: Uint8Array, options?: DelimiterStreamOptions);
}

/** Cuts a text stream at a delimiter. */
export class TextDelimiterStream extends TransformStream<string, string> {
  constructor(delimiter: string, options?: DelimiterStreamOptions);
}

/** Cuts a text stream into lines at `\n` or `\r\n`. */
export class TextLineStream extends TransformStream<string, string> {
  constructor(options?: TextLineStreamOptions);
}

/** Passes at most `size` bytes on, in whole chunks. */
export class LimitedBytesTransformStream extends TransformStream<Uint8Array, Uint8Array> {
  constructor(size: number, options?: LimitedBytesTransformStreamOptions);
}

/** Passes at most `size` chunks on. */
export class LimitedTransformStream<T> extends TransformStream<T, T> {
  constructor(size: number, options?: LimitedTransformStreamOptions);
}

/** The streams, one after the other. */
export function concatReadableStreams<T>(...streams: ReadableStream<T>[]): ReadableStream<T>;

/** The chunks of all streams as they come; ends with the last stream. */
export function mergeReadableStreams<T>(...streams: ReadableStream<T>[]): ReadableStream<T>;

/** The chunks of the streams in turn; ends with the longest stream. */
export function zipReadableStreams<T>(...streams: ReadableStream<T>[]): ReadableStream<T>;

/** The chunks of the streams in turn; ends with the shortest stream. */
export function earlyZipReadableStreams<T>(...streams: ReadableStream<T>[]): ReadableStream<T>;

/** The whole stream as one buffer. */
export function toArrayBuffer(readableStream: ReadableStream<Uint8Array>): Promise<ArrayBuffer>;

/** The whole stream as one blob. */
export function toBlob(stream: ReadableStream<Uint8Array>): Promise<Blob>;

/** The whole stream as one byte array. */
export function toBytes(stream: ReadableStream<Uint8Array>): Promise<Uint8Array>;

/** The whole stream, parsed as JSON. */
export function toJson(stream: ReadableStream<string> | ReadableStream<Uint8Array>): Promise<unknown>;

/** The whole stream as text; bytes are read as UTF-8. */
export function toText(stream: ReadableStream<string> | ReadableStream<Uint8Array>): Promise<string>;

/** A transform stream made of a generator over the chunks. */
export function toTransformStream<I, O>(
  transformer: (src: ReadableStream<I>) => Iterable<O> | AsyncIterable<O>,
  writableStrategy?: QueuingStrategy<I>,
  readableStrategy?: QueuingStrategy<O>,
): TransformStream<I, O>;
