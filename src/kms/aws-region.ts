/** The region as AWS spells it, `us-east-1`, of AWS's or Atlas's spelling (`US_EAST_1`). */
export function regionName(region: string): string {
  return region.trim().toLowerCase().replaceAll('_', '-')
}

/** Whether a text in AWS's spelling can be a region: `us-east-1`, `us-gov-west-1`, `eusc-de-east-1`. */
export function isRegionName(region: string): boolean {
  return /^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/.test(region)
}
