import type { Provider } from '../kms/key-service.ts'

/** What people call the clouds. */
export const cloudNames: Readonly<Record<Provider, string>> = {
  aws: 'AWS',
  azure: 'Azure',
  gcp: 'Google Cloud',
}

/** Where each says whether it is disturbed. */
export const statusPages: Readonly<Record<Provider, string>> = {
  aws: 'https://health.aws.amazon.com',
  azure: 'https://azure.status.microsoft',
  gcp: 'https://status.cloud.google.com',
}
