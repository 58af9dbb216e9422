export type { ClientRegistration, FederatedCredential, PersonRegistration } from './auth/registration.ts'
export type { EmulatorOptions, RunningEmulator } from './http/start.ts'
export { startEmulator } from './http/start.ts'
export * from './support/index.ts'
