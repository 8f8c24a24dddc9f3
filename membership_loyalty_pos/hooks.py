def post_init_hook(env):
    """Give the tills that were there before us their shop."""
    env['pos.config'].sudo().with_context(active_test=False).search([])._membership_create_shops()
