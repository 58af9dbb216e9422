export { idOf as dataId } from './data-values.ts'
export { dataFile, dataSchemaFile, ownDataFile, readDataPackage } from './read-data-package.ts'
export { type DataSchema, readDataSchema } from './read-data-schema.ts'
export { contentTypesFile, writeDataPackage } from './write-data-package.ts'
