export * from './concerns-channel.ts'
export * from './notice.ts'
export { toldTypes, writeNotice } from './write-notice.ts'
