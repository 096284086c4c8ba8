# What stack `dev` declares, for Terraform. Its values are variables: benchmarks/terraform.py gives them the stack's own.

terraform {
  required_providers {
    azuread = {
      source = "hashicorp/azuread"
    }
  }
}

variable "directory_id" {
  type = string
}

variable "display_name" {
  type = string
}

variable "owners" {
  type = list(string)
}

variable "redirect_url" {
  type = string
}

variable "graph" {
  description = "Application ID of Microsoft Graph."
  type        = string
}

variable "permissions" {
  description = "Name of a Graph application permission to the ID of its role."
  type        = map(string)
}

variable "secret" {
  type = object({ display_name = string, end_date = string })
}

provider "azuread" {
  tenant_id = var.directory_id
}

data "azuread_client_config" "caller" {}

data "azuread_service_principal" "graph" {
  client_id = var.graph
}

resource "azuread_application" "integration" {
  display_name            = var.display_name
  sign_in_audience        = "AzureADMyOrg"
  owners                  = var.owners
  prevent_duplicate_names = true

  web {
    redirect_uris = [var.redirect_url]
  }

  required_resource_access {
    resource_app_id = var.graph

    dynamic "resource_access" {
      for_each = var.permissions
      content {
        id   = resource_access.value
        type = "Role"
      }
    }
  }
}

resource "azuread_service_principal" "integration" {
  client_id = azuread_application.integration.client_id
  owners    = var.owners
}

resource "azuread_app_role_assignment" "grant" {
  for_each            = var.permissions
  app_role_id         = each.value
  principal_object_id = azuread_service_principal.integration.object_id
  resource_object_id  = data.azuread_service_principal.graph.object_id
}

resource "azuread_application_password" "secret" {
  application_id = azuread_application.integration.id
  display_name   = var.secret.display_name
  end_date       = var.secret.end_date
}

output "client_id" {
  value = azuread_application.integration.client_id
}

output "client_secret" {
  value     = azuread_application_password.secret.value
  sensitive = true
}

output "directory_id" {
  value = data.azuread_client_config.caller.tenant_id
}
