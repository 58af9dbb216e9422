export { readDataPackage } from './read-data-package.ts'
export { readDataSchema } from './read-data-schema.ts'
export { writeDataPackage } from './write-data-package.ts'
