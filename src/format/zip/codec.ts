/** The deflate of whatever runs this, Node's zlib or the streams of a browser, and its way from bytes to text. */
export { crc32, deflate, deflatePieces, holdsText, inflate, readText } from '#codec'
