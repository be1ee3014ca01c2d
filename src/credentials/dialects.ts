import type { Provider } from '../kms/key-service.ts'
import { awsDialect } from './aws/dialect.ts'
import { azureDialect } from './azure/dialect.ts'
import type { Dialect } from './dialect.ts'
import { gcpDialect } from './gcp/dialect.ts'

export const dialects: Readonly<Record<Provider, Dialect>> = {
  aws: awsDialect,
  azure: azureDialect,
  gcp: gcpDialect,
}
