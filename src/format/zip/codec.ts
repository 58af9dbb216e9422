/** The deflate of whatever runs this: Node's zlib, or the streams of a browser. */
export { crc32, deflate, deflatePieces, inflate } from '#codec'
