/** The deflate of whatever runs this, Node's zlib or the streams of a browser, and its way from bytes to text and back. */
export { crc32, deflate, deflatePieces, inflate, mostBytes, readText, writeText } from '#codec'
