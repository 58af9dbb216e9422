export * from './diff-plans.ts'
export { type FlowUses, usesOfFlows } from './flow-uses.ts'
export { fingerprintTarget, type TouchedTarget } from './fingerprint-target.ts'
export { type ContentForecast, forecastContent } from './forecast-content.ts'
export { findDoomed, findVanished } from './forecast-destroyed.ts'
export { areLayersWanted, type ContentFacts, idOf, indexContent, isListedKind } from './forecast-facts.ts'
export { isMadeInTable } from './forecast-locked.ts'
export * from './material-part.ts'
export * from './plan.ts'
export {
  type AppAccessFacts,
  type AppShare,
  type AppSharing,
  findShare,
  lackingShares,
  type LackingShare,
  type SeenApp,
} from './plan-app-access.ts'
export { type AccessFacts, findAccessBlockers, heldBeyond, isMeant, planAccess, rolesMeant, withAccess } from './plan-access.ts'
export { type DataFacts, findDataBlockers, withConfigurationData } from './plan-data.ts'
export * from './plan-facts.ts'
export * from './plan-flows.ts'
export { type LossQuestion, notesTable, partiesTable, type PlannedRescue, savedBefore, sharesTable, withCounts } from './plan-losses.ts'
export * from './plan-promotion.ts'
export * from './plan-restore-point.ts'
export * from './plan-uninstall.ts'
export * from './plan-unmanaged.ts'
export * from './plan-unmanaged-promotion.ts'
export * from './planned-component.ts'
