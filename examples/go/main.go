// SmartRecruiters' calendar integration in a Go program, without a generated SDK; `pulumi package add` generates one
// with typed arguments.
package main

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

type calendarIntegration struct {
	pulumi.ResourceState

	ClientID        pulumi.StringOutput `pulumi:"clientId"`
	SecretExpiresOn pulumi.StringOutput `pulumi:"secretExpiresOn"`
}

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		calendar := &calendarIntegration{}
		args := pulumi.Map{
			"directoryId":  pulumi.String("3f0c2f5e-8a57-4c1b-9d6e-1b7a52c0d101"),
			"tenantDomain": pulumi.String("contoso.onmicrosoft.com"),
			"owners":       pulumi.ToStringArray([]string{"1a7b2d63-4c1f-4e8d-b2d5-6e3f9ca01002"}),
			"secrets":      pulumi.Array{pulumi.Map{"issued": pulumi.String("2026-12-01"), "years": pulumi.Int(1)}},
		}
		token := "smartrecruiters-calendar:index:CalendarIntegration"
		if err := ctx.RegisterRemoteComponentResource(token, "calendar", args, calendar); err != nil {
			return err
		}
		ctx.Export("clientId", calendar.ClientID)
		ctx.Export("secretExpiresOn", calendar.SecretExpiresOn)
		return nil
	})
}
