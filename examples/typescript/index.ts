// SmartRecruiters' calendar integration in a TypeScript program, without a generated SDK; `pulumi package add` generates
// one with typed arguments.
import * as pulumi from "@pulumi/pulumi";

class CalendarIntegration extends pulumi.ComponentResource {
    public readonly clientId!: pulumi.Output<string>;
    public readonly secretExpiresOn!: pulumi.Output<string>;

    constructor(name: string, args: pulumi.Inputs, opts?: pulumi.ComponentResourceOptions) {
        const outputs = { clientId: undefined, secretExpiresOn: undefined };
        super("smartrecruiters-calendar:index:CalendarIntegration", name, { ...args, ...outputs }, opts, true);
    }
}

const calendar = new CalendarIntegration("calendar", {
    directoryId: "3f0c2f5e-8a57-4c1b-9d6e-1b7a52c0d101",
    tenantDomain: "contoso.onmicrosoft.com",
    owners: ["1a7b2d63-4c1f-4e8d-b2d5-6e3f9ca01002"],
    secrets: [{ issued: "2026-12-01", years: 1 }],
});

export const clientId = calendar.clientId;
export const secretExpiresOn = calendar.secretExpiresOn;
