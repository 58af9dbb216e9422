export * from './messenger.ts'
